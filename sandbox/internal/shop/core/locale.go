package core

import (
	"regexp"
	"strings"
	"sync"
)

// A store speaks the language of the option WPLANG. Only texts follow the language. Codes, statuses, field names,
// amounts and dates of the API are the same in every language (measured with a filter that marks every translated
// text).

// PseudoLocale marks every text that WooCommerce would translate.
const PseudoLocale = "xx_XX"

// pseudoMark stands before a text in the pseudo-locale.
const pseudoMark = "[xx] "

// Locales are the languages that the store has texts for, beside English.
func Locales() []string { return []string{"de_DE", "fr_FR", PseudoLocale} }

// Translate is a text in the store's language. A text without a translation stays English: real stores mix languages
// too.
func (s *Store) Translate(text string) string {
	locale := s.Locale()
	switch {
	case text == "" || locale == "en_US":
		return text
	case locale == PseudoLocale:
		return pseudoMark + text
	}
	return dictionaryOf(locale).translate(text)
}

// dictionary has fixed texts, and texts with placeholders.
type dictionary struct {
	texts   map[string]string
	formats []format
}

type format struct {
	matches    *regexp.Regexp
	translated string // $1, $2 stand for what is filled in
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

// dictionaryOf is the dictionary of a locale, which is read only once.
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

// Say translates a text of WooCommerce and fills it in.
func (s *Store) Say(format string, fill ...string) string {
	text := s.Translate(format)
	for _, f := range fill {
		text = strings.Replace(strings.Replace(text, "%s", f, 1), "$1", f, 1)
		text = strings.Replace(text, "$2", "%s", 1)
	}
	return text
}

// Locale is the language of the site.
func (s *Store) Locale() string {
	if language := s.Options.Get("WPLANG"); language != "" {
		return language
	}
	return "en_US"
}
