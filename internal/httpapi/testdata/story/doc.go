// Command story tells the whole story of an order by a client that was generated from the OpenAPI document: it connects
// a shop, receives the order as a named consumer, acknowledges it, and writes its tracking number back. The test beside
// it runs it.
package main
