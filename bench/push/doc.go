// Command push measures how fast Waybill writes to a store, beside a loop that sends one request per order.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/push -n 400 https://shop.example
//	go run ./bench/push          # against a sandbox of its own
//
// It creates 2n orders on the store, so use one that may be thrown away, and prints orders per second, the ratio of the
// two ways, and what the durable acceptance of a single write costs.
package main
