package wptext

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ownAccents are the letters that remove_accents spells out and that Unicode does not decompose into a base letter.
var ownAccents = strings.NewReplacer(
	"ª", "a", "º", "o", "Æ", "AE", "Ð", "D", "Ø", "O", "Þ", "TH", "ß", "s", "æ", "ae", "ð", "d", "ø", "o", "þ", "th",
	"Đ", "D", "đ", "d", "Ħ", "H", "ħ", "h", "ı", "i", "Ĳ", "IJ", "ĳ", "ij", "ĸ", "k", "Ŀ", "L", "ŀ", "l", "Ł", "L", "ł",
	"l",
	"ŉ", "n", "Ŋ", "N", "ŋ", "n", "Œ", "OE", "œ", "oe", "Ŧ", "T", "ŧ", "t", "ſ", "s", "€", "E", "£", "",
)

// RemoveAccents is remove_accents: Latin letters lose their marks, other scripts stay as they are.
func RemoveAccents(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii || !utf8.ValidString(s) {
		return s
	}
	s = ownAccents.Replace(norm.NFC.String(s))
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf || !unicode.Is(unicode.Latin, r) {
			b.WriteRune(r)
			continue
		}
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		if base < utf8.RuneSelf {
			b.WriteRune(base)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var (
	keptOctet    = regexp.MustCompile(`%([a-fA-F0-9][a-fA-F0-9])`)
	markedOctet  = regexp.MustCompile(`---([a-fA-F0-9][a-fA-F0-9])---`)
	htmlEntity   = regexp.MustCompile(`&.+?;`)
	notInSlug    = regexp.MustCompile(`[^%a-z0-9 _-]`)
	severalDash  = regexp.MustCompile(`-+`)
	blanksInSlug = regexp.MustCompile(`\s+`)
)

// octetDashes are characters that become a dash in a saved slug. octetGone are those that vanish
// (sanitize_title_with_dashes with context "save").
var (
	octetDashes = strings.NewReplacer("%c2%a0", "-", "%e2%80%91", "-", "%e2%80%93", "-", "%e2%80%94", "-",
		"&nbsp;", "-", "&#8209;", "-", "&ndash;", "-", "&#8211;", "-", "&mdash;", "-", "&#8212;", "-", "/", "-")
	octetGone = strings.NewReplacer("%c2%ad", "", "%c2%a1", "", "%c2%bf", "", "%c2%ab", "", "%c2%bb", "",
		"%e2%80%b9", "", "%e2%80%ba", "", "%e2%80%98", "", "%e2%80%99", "", "%e2%80%9c", "", "%e2%80%9d", "",
		"%e2%80%9a", "", "%e2%80%9b", "", "%e2%80%9e", "", "%e2%80%9f", "", "%e2%80%a2", "", "%c2%a9", "",
		"%c2%ae", "", "%c2%b0", "", "%e2%80%a6", "", "%e2%84%a2", "", "%c2%b4", "", "%cb%8a", "", "%cc%81", "",
		"%cd%81", "", "%cc%80", "", "%cc%84", "", "%cc%8c", "", "%e2%80%8b", "", "%e2%80%8c", "", "%e2%80%8d", "",
		"%e2%80%8e", "", "%e2%80%8f", "", "%e2%80%aa", "", "%e2%80%ab", "", "%e2%80%ac", "", "%e2%80%ad", "",
		"%e2%80%ae", "", "%ef%bb%bf", "", "%ef%bf%bc", "")
)

// SanitizeTitle is sanitize_title: the slug of a title, at most 200 bytes of escaped characters.
func SanitizeTitle(s string) string { return slug(RemoveAccents(s), true) }

// SanitizeTitleParam is sanitize_title as the sanitising callback of a parameter. WordPress passes arguments there that
// make it keep accents, as escaped characters.
func SanitizeTitleParam(s string) string { return slug(s, false) }

// slug makes a slug. A saved slug also loses typographic signs.
func slug(s string, saved bool) string {
	s = StripTags(s)
	s = keptOctet.ReplaceAllString(s, "---$1---")
	s = strings.ReplaceAll(s, "%", "")
	s = markedOctet.ReplaceAllString(s, "%$1")
	if utf8.ValidString(s) {
		s = EscapeForSlug(strings.ToLower(s), 200)
	}
	s = strings.ToLower(s)
	if saved {
		s = octetDashes.Replace(s)
		s = octetGone.Replace(s)
		s = strings.ReplaceAll(s, "%c3%97", "x")
	}
	s = htmlEntity.ReplaceAllString(s, "")
	s = strings.ReplaceAll(s, ".", "-")
	s = notInSlug.ReplaceAllString(s, "")
	s = blanksInSlug.ReplaceAllString(s, "-")
	s = severalDash.ReplaceAllString(s, "-")
	return strings.Trim(s, "-")
}

// EscapeForSlug is utf8_uri_encode: non-ASCII characters as %xx, at most limit bytes, whole characters only.
func EscapeForSlug(s string, limit int) string {
	var b strings.Builder
	length := 0
	for _, r := range s {
		if r < utf8.RuneSelf {
			if length+1 > limit {
				break
			}
			b.WriteByte(byte(r))
			length++
			continue
		}
		var encoded strings.Builder
		for _, c := range []byte(string(r)) {
			fmt.Fprintf(&encoded, "%%%x", c)
		}
		if length+encoded.Len() > limit {
			break
		}
		b.WriteString(encoded.String())
		length += encoded.Len()
	}
	return b.String()
}

// SanitizeUser is sanitize_user without strict mode. It removes tags, octets and entities, and collapses blanks.
func SanitizeUser(s string) string {
	s = StripAllTags(s)
	s = RemoveAccents(s)
	s = percentOctet.ReplaceAllString(s, "")
	s = htmlEntity.ReplaceAllString(s, "")
	return blanksInSlug.ReplaceAllString(strings.Trim(s, phpTrim), " ")
}
