package woo

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// scalar keeps a JSON scalar exactly as the store wrote it. The empty token means: not in the answer.
type scalar struct{ token string }

// IsSet tells whether the store sent the field at all, null included.
func (s scalar) IsSet() bool { return s.token != "" }

// IsNull tells whether the store sent null.
func (s scalar) IsNull() bool { return s.token == "null" }

// IsEmpty tells whether the store sent an empty string, as it does for a price that is not set.
func (s scalar) IsEmpty() bool { return s.token == `""` }

// String is the store's own text without quotes; empty for null, for an empty string and for a field that was not sent.
func (s scalar) String() string {
	if s.token == "null" || s.token == "" {
		return ""
	}
	if s.token[0] != '"' {
		return s.token
	}
	inner := s.token[1 : len(s.token)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var out string
	_ = json.Unmarshal([]byte(s.token), &out) // checked when it was read
	return out
}

// MarshalJSON writes what was read.
func (s scalar) MarshalJSON() ([]byte, error) {
	if s.token == "" {
		return []byte("null"), nil
	}
	return []byte(s.token), nil
}

// UnmarshalJSON accepts a string, a number or null.
func (s *scalar) UnmarshalJSON(data []byte) error {
	if !s.accept(data) {
		return fmt.Errorf("woo: want a string, a number or null, have %.20s", data)
	}
	return nil
}

// accept takes one valid JSON value and tells whether it is a scalar of the right kind.
func (s *scalar) accept(data []byte) bool {
	if len(data) == 0 {
		return false
	}
	switch c := data[0]; {
	case c == '"', c == '-', c >= '0' && c <= '9', string(data) == "null":
		s.token = string(data)
		return true
	}
	return false
}

func (s scalar) decimal() (decimal.Decimal, error) {
	text := strings.TrimSpace(s.String())
	if text == "" {
		return decimal.Decimal{}, ErrNoNumber
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("woo: %q is not a number", text)
	}
	return d, nil
}

// ErrNoNumber is returned for an amount that is empty, null or was not sent.
var ErrNoNumber = fmt.Errorf("woo: no number")

// Money is an amount in the currency of its record. It keeps the store's own text ("10.00", "10", 10, "", null) and
// gives a decimal on demand; it is never a float. Two Money values are == when the store wrote the same text; Equal
// compares amounts. The zero value stands for a field that the store did not send, and is not sent back.
type Money struct{ scalar }

// NewMoney makes an amount from its text, for example "19.90". The text is sent as it is.
func NewMoney(amount string) Money { return Money{scalar{jsonvalue.Quote(amount)}} }

// MoneyOf makes an amount from a decimal, without an exponent and without added zeros.
func MoneyOf(d decimal.Decimal) Money { return NewMoney(d.String()) }

// Decimal is the amount. The error is ErrNoNumber when there is none.
func (m Money) Decimal() (decimal.Decimal, error) { return m.decimal() }

// Equal compares amounts: 10, "10.0" and "10.00" are equal. Without an amount only the same text is equal.
func (m Money) Equal(other Money) bool {
	a, errA := m.decimal()
	b, errB := other.decimal()
	if errA != nil || errB != nil {
		return m.token == other.token
	}
	return a.Equal(b)
}

// Number is a count or a rate, exactly as the store wrote it: quantities may have decimals and may come as strings.
type Number struct{ scalar }

// NewNumber makes a whole number.
func NewNumber(n int64) Number { return Number{scalar{strconv.FormatInt(n, 10)}} }

// NumberOf makes a number from a decimal; it is sent as a JSON number.
func NumberOf(d decimal.Decimal) Number { return Number{scalar{d.String()}} }

// Decimal is the number. The error is ErrNoNumber when there is none.
func (n Number) Decimal() (decimal.Decimal, error) { return n.decimal() }

// Int64 is the number cut to a whole one; 0 when there is none.
func (n Number) Int64() int64 {
	d, err := n.decimal()
	if err != nil {
		return 0
	}
	return d.IntPart()
}

// Equal compares numbers; without a number only the same text is equal.
func (n Number) Equal(other Number) bool { return Money(n).Equal(Money(other)) }

const storeTime = "2006-01-02T15:04:05"

// LocalTime is a date and time on the store's own clock, such as date_created. It is a moment only together with the
// store's zone, and it names two moments during the hour that a zone repeats in autumn. It keeps the store's text:
// null, "" and a field that was not sent stay apart. Use the *_gmt twin of a field to know when something happened.
type LocalTime struct{ scalar }

// NewLocalTime writes t as the clock in t's own zone shows it.
func NewLocalTime(t time.Time) LocalTime {
	return LocalTime{scalar{jsonvalue.Quote(t.Format(storeTime))}}
}

// In gives the moment in the store's zone, and false when there is no date.
func (l LocalTime) In(store *time.Location) (time.Time, bool) {
	return parseStoreTime(l.String(), store)
}

// GMTTime is a date and time in UTC, such as date_created_gmt. It keeps the store's text.
type GMTTime struct{ scalar }

// NewGMTTime writes t in UTC.
func NewGMTTime(t time.Time) GMTTime {
	return GMTTime{scalar{jsonvalue.Quote(t.UTC().Format(storeTime))}}
}

// Time gives the moment, and false when there is no date.
func (g GMTTime) Time() (time.Time, bool) { return parseStoreTime(g.String(), time.UTC) }

// parseStoreTime reads the store's format, and the forms of some extensions: with a blank or with a zone. A zone in the
// text wins over the parameter.
func parseStoreTime(text string, zone *time.Location) (time.Time, bool) {
	text = strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	if t, err := time.ParseInLocation(storeTime, text, zone); err == nil {
		return t, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(zone), true
	}
	return time.Time{}, false
}

// StockManagement is where a variation's stock is counted: at the variation, at its product, or nowhere. On the wire it
// is true, "parent" or false.
type StockManagement string

// Who keeps the stock of a variation.
const (
	StockNotManaged StockManagement = "false"
	StockManaged    StockManagement = "true"
	StockOfParent   StockManagement = "parent"
)
