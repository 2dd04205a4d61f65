package core

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// Prefix is the first characters of a text, at most runes of them.
func Prefix(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}

// collation is the order of the ASCII characters up to the digits in utf8mb4_unicode_520_ci, the collation of
// WordPress's tables.
const collation = "\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789"

// CompareCollated compares as MySQL does, ignoring case. Characters outside ASCII compare by code point, which is right
// within one script.
func CompareCollated(a, b string) int {
	for a != "" && b != "" {
		wa, na := collationWeight(a)
		wb, nb := collationWeight(b)
		if wa != wb {
			return cmp.Compare(wa, wb)
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

func collationWeight(s string) (weight, size int) {
	switch c := s[0]; {
	case c >= utf8.RuneSelf:
		r, size := utf8.DecodeRuneInString(s)
		return 1000 + int(r), size
	case 'A' <= c && c <= 'Z':
		return 200 + int(c-'A'), 1
	case 'a' <= c && c <= 'z':
		return 200 + int(c-'a'), 1
	default:
		return strings.IndexByte(collation, c) + 1, 1
	}
}

// CollationKey is the text that MySQL compares: without case, accents and trailing blanks.
func CollationKey(text string) string {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return strings.TrimRight(strings.ToLower(wptext.RemoveAccents(text)), " ")
		}
	}
	return strings.TrimRight(text, " ")
}

// CompareNames compares names as MySQL sorts them.
func CompareNames(a, b string) int { return CompareCollated(CollationKey(a), CollationKey(b)) }

// ContainsFold is MySQL's LIKE '%part%'.
func ContainsFold(text, part string) bool {
	return strings.Contains(LikeKey(text), LikeKey(part))
}

// LikeKey is CollationKey with the trailing blanks, which LIKE compares.
func LikeKey(text string) string { return strings.ToLower(wptext.RemoveAccents(text)) }
