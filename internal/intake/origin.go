package intake

import "strings"

// Origin says what an idempotency key was made of. It decides what a person can do to write the same once more.
type Origin int

const (
	// ByCaller is a key that the caller gave, or that stands for one write alone.
	ByCaller Origin = iota
	// ByContent is a key made of what the write says: --again writes it once more.
	ByContent
	// ByColumn is a key made of the value of a column (keyed.go).
	ByColumn
)

// The beginnings of the keys that this package makes.
const (
	rowKeys    = "row-"
	againKeys  = "again-"
	columnKeys = "column-"
)

// OriginOf returns the origin of a key by its beginning. A caller's own key that begins like one of ours counts as
// ours, which changes only the words of an error.
func OriginOf(key string) Origin {
	switch {
	case strings.HasPrefix(key, columnKeys):
		return ByColumn
	case strings.HasPrefix(key, rowKeys), strings.HasPrefix(key, againKeys):
		return ByContent
	}
	return ByCaller
}
