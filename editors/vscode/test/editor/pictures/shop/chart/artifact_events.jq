# What the shop hands out to others.
{
  data: {
    url: "\(.connections.queue.data.url)/events",
    region: .connections.queue.data.region
  }
}
