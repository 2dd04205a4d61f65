// Package reports is what a shop adds up: sales by period, best sellers, totals, and the figures that the admin screens
// ask for.
//
// It reads all rooms below it and changes none.
//
//	server.Register(…) // /wc/v3/reports/sales?period=week
package reports
