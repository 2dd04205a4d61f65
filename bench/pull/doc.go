// Command pull measures how fast Waybill reads a store, beside a raw loop that reads the same pages and does nothing
// else.
//
//	WAYBILL_KEY=ck_… WAYBILL_SECRET=cs_… go run ./bench/pull https://shop.example
//
// With -database a fresh mirror on PostgreSQL is measured besides the one in a file.
//
// It reads all orders over 1, 2, 4 and 8 connections, then syncs them into a fresh mirror at full and at polite pace,
// and prints orders per second and the ratio to the best raw rate; all of it twice (-rounds), because a store's speed
// wavers. Meanwhile a visitor asks for a page of the shop again and again; what it had to wait is printed beside each.
// It only reads; still, a shop that sells feels the full pace.
package main
