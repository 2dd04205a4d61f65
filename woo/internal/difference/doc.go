// Package difference finds what an update must send to turn a record as it was read into another: only the fields that
// differ. So an update never overwrites what somebody else changed meanwhile, and never sends meta data that was not
// touched.
//
// It guarantees the forms in which WooCommerce takes changes: entries of lists by their ids, removed entries by the
// field that removes them, coupons as codes. It must not know Go types; package woo turns records into JSON and back.
//
//	body := difference.Between([]byte(`{"id":1,"status":"pending"}`), []byte(`{"id":1,"status":"completed"}`))
package difference
