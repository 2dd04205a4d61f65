// Package wordpress is the little the sandbox shows of WordPress's own REST API (wp/v2): enough to see that
// WooCommerce's keys mean nothing there, that application passwords do, and that a site has posts and users.
//
// It guarantees statuses and codes of a fresh WordPress 6.8 for the routes it has; the others of wp/v2 are listed in
// the index and not simulated. It must not know orders or products.
//
//	wordpress.Register(server, site)
package wordpress
