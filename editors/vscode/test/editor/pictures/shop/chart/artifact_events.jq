# The artifact that the shop publishes.
{
  data: {
    url: "\(.connections.queue.data.url)/events",
    region: .connections.queue.data.region
  }
}
