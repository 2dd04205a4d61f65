// Command trace measures how long it takes to say where an order is, and what is kept for that. It fills a database
// with orders, changes, deliveries and receipts as years of work leave them, and follows orders by their number, id,
// e-mail address and the number that a receiver gave them.
//
//	go run ./bench/trace -orders 100000 -changes 1000000 -dir /tmp/trace
//	go run ./bench/trace -orders 1000000 -changes 10000000 -database postgres://waybill@db.example/empty
//
// It prints the median, the 95th percentile and the longest of each way to ask, and the bytes that the log, the
// deliveries and the receipts take for each change, with their indexes. A database that was filled is asked again
// without filling it anew: -asked 0 only fills it.
package main
