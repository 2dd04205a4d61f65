// Command push measures how fast Waybill writes to a store, beside a loop that sends one request per order.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/push -n 400 https://shop.example
//	go run ./bench/push -js      # against a sandbox of its own, and beside the official JavaScript client
//
// With -database the outbox is measured on PostgreSQL besides the file.
//
// It creates 3n orders on the store (4n with -js, 2n more with -database), so use one that may be thrown away. It
// prints orders per second of a loop that sends one request per order, of the official JavaScript client doing the
// same, of Waybill with each write awaited before the next, and of Waybill with all of them accepted at once; the
// ratios; and what durability adds to one write: its acceptance on the disk, and the whole way through the outbox
// against the bare request.
package main
