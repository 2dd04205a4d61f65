package httpapi

import (
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// tagOf is the strong tag of a version of a record.
func tagOf(h storage.Hash) string { return `"` + h.String() + `"` }

// noneMatches says whether a header If-None-Match names a tag, so that nothing need be sent. It compares weakly (RFC
// 9110, 13.1.2).
func noneMatches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}

// matches says whether a header If-Match names a tag. It compares strongly (RFC 9110, 13.1.1): a weak tag names no
// version exactly, so it never matches.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimSpace(part); part == tag || part == "*" {
			return true
		}
	}
	return false
}
