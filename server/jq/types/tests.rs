use super::*;

fn db() -> Shape {
    Shape::object([("host", Shape::STRING.with_origin(1)), ("port", Shape::NUMBER.or_null())])
}

#[test]
fn unions() {
    let shown = |shapes: Vec<Shape>| Shape::union(shapes).to_string();
    assert_eq!(shown(vec![]), "nothing");
    assert_eq!(shown(vec![Shape::STRING, Shape::NEVER, Shape::STRING]), "string");
    assert_eq!(shown(vec![Shape::STRING, Shape::UNKNOWN]), "any");
    assert_eq!(
        shown(vec![Shape::array(Shape::STRING), Shape::array(Shape::NUMBER)]),
        "array<string | number>"
    );
    assert_eq!(shown(vec![db(), db(), Shape::NULL]), "{host: string, port: number | null} | null");
}

#[test]
fn fields() {
    let either = Shape::union([db(), Shape::map_of(Shape::BOOLEAN), Shape::NULL]);
    assert_eq!(either.field("host").to_string(), "string | boolean | null");
    assert_eq!(either.field("host").origins().collect::<Vec<_>>(), [1]);
    assert_eq!(db().field("nope"), Shape::NEVER);
    assert_eq!(db().or_null().field("host").origin(), Some(1));
    assert_eq!(db().items().to_string(), "string | number | null");
}

#[test]
fn growth_is_bounded() {
    let deep = (0..10_000).fold(Shape::NULL, |inner, _| Shape::array(inner));
    assert!(deep.depth <= MAX_DEPTH);
    let wide = Shape::union((0..100).map(|n| Shape::object([(n.to_string(), Shape::NULL)])));
    assert_eq!(wide, Shape::UNKNOWN);
    let shared = (0..30).fold(Shape::NULL, |one, _| Shape::object([("a", one.clone()), ("b", one)]));
    assert!(Shape::union([shared.clone(), shared]).to_string().len() < 1000);
}
