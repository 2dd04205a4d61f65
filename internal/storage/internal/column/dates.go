package column

import "time"

// The store's own dates keep the form WooCommerce gives them, so that they compare with what people see in the JSON;
// ours carry milliseconds and a Z.
const (
	storeTime = "2006-01-02T15:04:05"
	ourTime   = "2006-01-02T15:04:05.000Z"
)

// StoreDate is nil, which becomes NULL, for a date the store did not give.
func StoreDate(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(storeTime)
	return &text
}

// OurDate is empty for no date.
func OurDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(ourTime)
}

// ParseStoreDate reads what [StoreDate] wrote; nil, and what nobody here wrote, is no date.
func ParseStoreDate(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	return parse(storeTime, *text)
}

// ParseOurDate reads what [OurDate] wrote; what nobody here wrote is no date.
func ParseOurDate(text string) time.Time { return parse(ourTime, text) }

func parse(form, text string) time.Time {
	t, err := time.Parse(form, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
