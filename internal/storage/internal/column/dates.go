package column

import "time"

// The store's dates keep WooCommerce's form, so that they compare with the dates in the JSON. Waybill's own dates have
// milliseconds and a Z. Both are in UTC.
const (
	storeTime = "2006-01-02T15:04:05"
	ourTime   = "2006-01-02T15:04:05.000Z"
)

// StoreDate writes a date of the store, in UTC. It is nil, which becomes NULL, for the zero time.
func StoreDate(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(storeTime)
	return &text
}

// OurDate writes a date of Waybill, in UTC with milliseconds. It is empty for the zero time.
func OurDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(ourTime)
}

// ParseStoreDate reads the form of [StoreDate]. Nil, and any other text, is the zero time.
func ParseStoreDate(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	return parse(storeTime, *text)
}

// ParseOurDate reads the form of [OurDate]. Any other text is the zero time.
func ParseOurDate(text string) time.Time { return parse(ourTime, text) }

func parse(form, text string) time.Time {
	t, err := time.Parse(form, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
