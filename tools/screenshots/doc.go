// Command screenshots makes pictures of every page of the dashboard: at 1440 and 390 pixels, light and dark, with
// nothing in it, full and well, and with faults. It needs Chromium.
//
//	go run ./tools/screenshots --out /tmp/pages
//	go run ./tools/screenshots --out /tmp/pages --only overview
package main
