// Command exactlyonce tries the outbox on a real store through a proxy that drops, delays and truncates, while the
// process that sends is killed.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/exactlyonce -n 500 -refunds 100 -kills 12 https://shop.example
//
// It creates orders and refunds on the store, so use one that may be thrown away. Between Waybill and the store stands
// a proxy on loopback that loses a share of the requests and of the answers, from the first request to the last. At the
// end it reads the store and counts: every write must be there exactly once, or be parked and there at most once. Exit
// status 0 when that is so, 10 when it is not.
package main
