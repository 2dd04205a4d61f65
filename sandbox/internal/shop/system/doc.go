// Package system is what a shop reports about itself: the system status with its database, environment and settings,
// and the tools of that page. It also holds permissions of routes for the admin screens.
//
// It may know every other room, because the status shows them all; none knows it.
//
//	server.Register(…) // /wc/v3/system_status
package system
