// Command story plays an order from beginning to end with a client that was generated from the OpenAPI document. It
// connects a shop, receives the order as a named consumer, acknowledges it, and writes its tracking number back. The
// test beside it runs it.
package main
