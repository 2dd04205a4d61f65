// Command dist makes what is published of a version: one static binary for each platform in an archive with its manual
// pages and completions, a bill of materials (CycloneDX) of each, and the checksums of all.
//
//	go run ./tools/dist -out dist
//
// The same commit gives the same bytes: nothing in an archive tells when or where it was made. The tool looks at the
// project from outside and imports nothing of it.
package main
