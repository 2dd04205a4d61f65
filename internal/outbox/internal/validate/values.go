package validate

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/schema"
)

// scalarValue checks that a value other than an object is of the kind that its member takes.
func (v *Violations) scalarValue(path string, member *schema.Member, raw json.RawMessage) {
	text, isText := document.Scalar(raw)
	if isText && member.Blank && strings.TrimSpace(*text) == "" {
		v.Add(path, "must not be blank: the store passes over it or refuses it")
		return
	}
	if clear := clearing(member); isText && *text == "" && clear != `""` && member.Kind != schema.Texts &&
		member.Kind != schema.IDs {
		v.Add(path, "is not cleared by an empty text: write %s", clear)
		return
	}
	switch member.Kind {
	case schema.Money, schema.Price, schema.Measure:
		v.decimalText(path, member.Kind, text, isText)
	case schema.Number:
		if text == nil || !document.PlainDecimal.MatchString(*text) {
			v.Add(path, "must be a decimal number like 12.50")
		}
	case schema.Whole, schema.Count, schema.ID:
		v.whole(path, member, text)
	case schema.Flag:
		if text == nil || *text != "true" && *text != "false" && *text != "1" && *text != "0" {
			v.Add(path, "must be true or false")
		}
	case schema.Date, schema.Moment:
		v.date(path, member.Kind, text, isText)
	case schema.Email:
		v.email(path, text, isText)
	case schema.Country:
		v.country(path, text)
	case schema.URL:
		v.address(path, text)
	case schema.Digits:
		if text == nil || !digits.MatchString(*text) {
			v.Add(path, "may hold digits and hyphens; the store would drop everything else")
		}
	case schema.IDs:
		v.ids(path, raw)
	case schema.Texts:
		var list []string
		if json.Unmarshal(raw, &list) != nil && (!isText || strings.ContainsAny(*text, ", \t\n")) {
			v.Add(path, "must be a list of texts: the store would cut a text into words")
		}
	case schema.Text:
		if text == nil {
			v.Add(path, "must be a text")
		}
	}
}

// decimalText requires a decimal number written as a text, as the store does. An empty text clears the member.
func (v *Violations) decimalText(path string, kind schema.Kind, text *string, isText bool) {
	example := `"12.50"`
	if kind == schema.Measure {
		example = `"1.5"`
	}
	switch {
	case text == nil || !isText:
		v.Add(path, "must be a decimal number written as a text, like %s", example)
	case *text == "":
	case !document.PlainDecimal.MatchString(*text):
		hint := ""
		if n := commaAsPoint(*text); n != "" {
			hint = ": did you mean \"" + n + "\"?"
		}
		v.Add(path, "%q is not a decimal number like %s; the store would strip what it does not know%s", *text, example,
			hint)
	case kind != schema.Money && strings.HasPrefix(*text, "-"):
		v.Add(path, "%q is below zero", *text)
	}
}

// commaAsPoint returns a number with a decimal comma written with a point; empty when the text may not be such a
// number.
func commaAsPoint(text string) string {
	text = strings.TrimSpace(text)
	if strings.Count(text, ",") != 1 {
		return ""
	}
	if point := strings.Replace(strings.ReplaceAll(text, ".", ""), ",", ".", 1); document.PlainDecimal.MatchString(
		point) {
		return point
	}
	return ""
}

// whole requires a whole number that the store has room for. A stock or a quantity with a fraction is left to the
// store's own description, since some plugins allow parts of a piece.
func (v *Violations) whole(path string, member *schema.Member, text *string) {
	if text == nil {
		v.Add(path, "must be a number")
		return
	}
	n, err := decimal.NewFromString(*text)
	switch {
	case err != nil:
		v.Add(path, "%q is not a number", *text)
	case n.Abs().GreaterThan(decimal.NewFromInt(member.Max)):
		v.Add(path, "%s is beyond %d, the largest number that a store keeps here; it would keep another one", *text,
			member.Max)
	case member.Kind == schema.Whole && !n.IsInteger():
		v.unknown = append(v.unknown, UnknownMember{Path: path, Fraction: *text})
	case member.Kind == schema.Whole:
	case !n.IsInteger() || n.IsNegative():
		v.Add(path, "must be a whole number that is not below zero; the store would drop the sign")
	}
}

// isoDate matches dates that WooCommerce reads as they are written. Every other date goes through PHP's strtotime,
// which guesses, clears the date, or shifts a date with fractions of a second and a zone by the shop's own zone.
var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?$`)

func (v *Violations) date(path string, kind schema.Kind, text *string, isText bool) {
	if text == nil || !isText {
		v.Add(path, `must be a date like "2026-11-30T10:00:00"`)
		return
	}
	if *text == "" {
		return // an empty text clears the date
	}
	form := strings.Replace(*text, " ", "T", 1)
	valid := isoDate.MatchString(*text) && (kind == schema.Date || len(form) > len("2006-01-02"))
	if valid {
		valid = false
		for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", time.RFC3339} {
			if _, err := time.Parse(layout, form); err == nil {
				valid = true
			}
		}
	}
	if !valid {
		v.Add(path, `%q is not a date like "2026-11-30T10:00:00" (the shop's time) or "2026-11-30T10:00:00Z"; the store would guess, shift or drop it`, *text)
	}
}

func (v *Violations) email(path string, text *string, isText bool) {
	if text == nil || *text == "" {
		return
	}
	if at, err := mail.ParseAddress(*text); !isText || err != nil || at.Address != *text {
		v.Add(path, "%q is not an e-mail address", *text)
	}
}

var (
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	digits      = regexp.MustCompile(`^[0-9-]*[0-9Xx]?$`)
)

// country requires a code of two letters: the store keeps any text, and then computes neither taxes nor shipping.
func (v *Violations) country(path string, text *string) {
	switch {
	case text != nil && (*text == "" || countryCode.MatchString(*text)):
	case text != nil && countryCode.MatchString(strings.ToUpper(*text)):
		v.Add(path, "%q is written in capital letters: %q", *text, strings.ToUpper(*text))
	default:
		v.Add(path, `must be the two letters of a country, like "DE"; the store would keep anything and find no taxes and no shipping for it`)
	}
}

func (v *Violations) address(path string, text *string) {
	if text == nil || *text == "" {
		return
	}
	if u, err := url.Parse(*text); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		v.Add(path, "%q is not an address that the store can fetch", *text)
	}
}

func (v *Violations) ids(path string, raw json.RawMessage) {
	var list []json.Number
	if text, isText := document.Scalar(raw); isText { // the store also takes "1,2"
		for _, id := range strings.FieldsFunc(*text, func(r rune) bool { return r == ',' || r == ' ' }) {
			list = append(list, json.Number(id))
		}
	} else if json.Unmarshal(raw, &list) != nil {
		v.Add(path, "must be a list of the numbers of records")
		return
	}
	for _, n := range list {
		if id, err := strconv.ParseInt(n.String(), 10, 64); err != nil || id <= 0 || id > schema.LargestWhole {
			v.Add(path, "%s is not the number of a record", n)
		}
	}
}
