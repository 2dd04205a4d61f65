package shop

import "math"

// startOfPage is how many records come before a page. Beyond 64 bits PHP counts
// in floating point and takes what is left of it modulo 2^64 for an offset, so
// that the greatest page number of all finds the first page (measured.jsonl,
// ml-get-27).
func startOfPage(page, perPage int64) int64 {
	before := max(page, 1) - 1
	exact := float64(before) * float64(perPage)
	if exact < math.MaxInt64 {
		return before * perPage
	}
	start := int64(uint64(math.Mod(exact, 1<<64)))
	if start == math.MinInt64 {
		return math.MaxInt64
	}
	return max(start, -start)
}
