package shop

import (
	"regexp"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// A store speaks the language of the option WPLANG. Only texts follow it:
// codes, statuses, field names, amounts and dates of the API are the same in
// every language (measured with a filter that marks every translated text).

// PseudoLocale marks every text that WooCommerce would translate.
const PseudoLocale = "xx_XX"

// pseudoMark stands before a text in the pseudo-locale.
const pseudoMark = "[xx] "

// Locales are the languages that the store has texts for, beside English.
func Locales() []string { return []string{"de_DE", "fr_FR", PseudoLocale} }

// Translate is a text in the store's language, the text itself where there is
// no translation of it: real stores mix languages, too.
func (s *Store) Translate(text string) string {
	locale := s.locale()
	switch {
	case text == "" || locale == "en_US":
		return text
	case locale == PseudoLocale:
		return pseudoMark + text
	}
	return dictionaryOf(locale).translate(text)
}

// dictionary has texts, and texts with something filled in.
type dictionary struct {
	texts   map[string]string
	formats []format
}

type format struct {
	matches    *regexp.Regexp
	translated string // $1, $2 stand for what was filled in
}

func (d *dictionary) translate(text string) string {
	if translated, ok := d.texts[text]; ok {
		return translated
	}
	for _, f := range d.formats {
		if f.matches.MatchString(text) {
			return f.matches.ReplaceAllString(text, f.translated)
		}
	}
	return text
}

var dictionaries sync.Map // locale to *dictionary

// dictionaryOf reads the texts of a locale once.
func dictionaryOf(locale string) *dictionary {
	if known, ok := dictionaries.Load(locale); ok {
		return known.(*dictionary)
	}
	d := &dictionary{texts: map[string]string{}}
	column, known := translationColumns[locale]
	for _, line := range translations {
		if !known {
			break
		}
		english, translated := line[0], line[column]
		if !strings.Contains(english, "%s") {
			d.texts[english] = translated
			continue
		}
		parts := strings.Split(english, "%s")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		d.formats = append(d.formats, format{regexp.MustCompile("^" + strings.Join(parts, "(.+?)") + "$"), translated})
	}
	dictionaries.Store(locale, d)
	return d
}

// localized are the members of answers that are texts of WooCommerce's own, by
// the beginning of the route below its namespace.
var localized = []struct {
	route   string
	members []string
}{
	{"orders/statuses", []string{"name"}},
	{"payment_gateways", []string{"title", "description", "method_title", "method_description"}},
	{"shipping_methods", []string{"title", "description"}},
	{"shipping/zones/", []string{"method_title", "method_description"}},
	{"data/", []string{"name"}},
	{"settings", []string{"label", "description", "tip"}},
	{"system_status/tools", []string{"name", "action", "description"}},
	{"reports", []string{"description", "name"}},
	{"taxes/classes", nil},
}

// Localize translates the texts of an answer. The pattern is that of its
// route. Records that were rendered before (orders, products) have no texts of
// WooCommerce's own.
func (s *Store) Localize(pattern string, body rest.Value) rest.Value {
	if s.locale() == "en_US" {
		return body
	}
	_, below, _ := strings.Cut(strings.TrimPrefix(pattern, "/wc/"), "/")
	for _, l := range localized {
		if strings.HasPrefix(below, l.route) {
			return s.localizeValue(body, l.route, l.members)
		}
	}
	return body
}

func (s *Store) localizeValue(v rest.Value, route string, members []string) rest.Value {
	switch v := v.(type) {
	case rest.List:
		list := make(rest.List, len(v))
		for i, e := range v {
			list[i] = s.localizeValue(e, route, members)
		}
		return list
	case rest.Item:
		v.Data = s.localizeValue(v.Data, route, members)
		return v
	case *rest.Object:
		return s.localizeObject(v, route, members)
	}
	return v
}

func (s *Store) localizeObject(o *rest.Object, route string, members []string) *rest.Object {
	o = o.Clone()
	for _, name := range members {
		if text, ok := o.Value(name).(string); ok {
			o.Set(name, s.Translate(text))
		}
	}
	switch route {
	case "data/":
		for _, below := range []string{"states", "countries"} {
			if list, ok := o.Value(below).(rest.List); ok {
				o.Set(below, s.localizeValue(list, route, members))
			}
		}
	case "settings":
		if options, ok := o.Value("options").(*rest.Object); ok {
			translated := &rest.Object{}
			for name, v := range options.All() {
				if text, ok := v.(string); ok {
					v = s.Translate(text)
				}
				translated.Set(name, v)
			}
			o.Set("options", translated)
		}
	case "taxes/classes":
		// The other classes are records with names of their own.
		if name, ok := o.Value("name").(string); ok && o.Value("slug") == standardClass.Slug {
			o.Set("name", s.Translate(name))
		}
	}
	return o
}

// say fills a text of WooCommerce's in the store's language.
func (s *Store) say(format string, fill ...string) string {
	text := s.Translate(format)
	for _, f := range fill {
		text = strings.Replace(strings.Replace(text, "%s", f, 1), "$1", f, 1)
		text = strings.Replace(text, "$2", "%s", 1)
	}
	return text
}
