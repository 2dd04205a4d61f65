// Package approval connects a shop over its own approval page from the command line (waybill connect --approve): it
// shows the link for the owner of the shop, and waits for what comes of it. The key comes to waybill serve.
package approval
