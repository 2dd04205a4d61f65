// Package woo is a client of the WooCommerce REST API v3. It knows HTTP and nothing of Waybill.
package woo
