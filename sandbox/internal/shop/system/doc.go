// Package system is what a shop tells of itself: the system status with its database, its environment and its settings,
// the tools of that page, and the permissions of what the admin screens need.
//
// It may know every other room, because the status shows them all; none knows it.
//
//	server.Register(…) // /wc/v3/system_status
package system
