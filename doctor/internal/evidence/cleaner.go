package evidence

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Cleaner takes the secrets of one run out of everything that is kept: the secret itself and every form in which it can
// come back, such as escaped or in a Basic header. The key is cut down to what WooCommerce itself shows,
// its last seven characters, because with a plain-HTTP store it is half of what an attacker needs.
type Cleaner struct {
	pairs  []string // old, new, …
	hiding *strings.Replacer
}

// NewCleaner knows the secrets of one run: those of the target, and a password in front of the site.
func NewCleaner(t Target, outer *url.Userinfo) *Cleaner {
	c := &Cleaner{}
	key, secret := strings.TrimSpace(t.Key), t.Secret
	c.add(secret, "«secret»")
	c.add(strings.TrimSpace(secret), "«secret»")
	c.basic(t.Key, secret)
	c.basic(key, secret)
	c.basic(key, WrongSecret)
	if outer != nil {
		password, _ := outer.Password()
		c.add(password, "«site password»")
		c.basic(outer.Username(), password)
	}
	c.add(key, shownKey(key))
	c.hiding = strings.NewReplacer(c.pairs...)
	return c
}

func (c *Cleaner) basic(user, password string) {
	if user == "" && password == "" {
		return
	}
	c.pairs = append(c.pairs, base64.StdEncoding.EncodeToString([]byte(user+":"+password)), "«credentials»")
}

// add hides a text in the spellings in which a server may send it back. Very short texts are left alone: they would be
// found by accident everywhere, and hiding them would not hide them.
func (c *Cleaner) add(text, name string) {
	if len(text) < 4 {
		return
	}
	for _, form := range []string{text, url.QueryEscape(text), url.PathEscape(text), htmlEscape(text)} {
		c.pairs = append(c.pairs, form, name)
	}
}

func htmlEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;").Replace(s)
}

func shownKey(key string) string {
	shape := ShapeOf(key, "")
	if shape.Last7 != "" {
		return "ck_…" + shape.Last7
	}
	return "«key»"
}

// Clean takes out of a text the secrets of the run and whatever else looks like one.
func (c *Cleaner) Clean(s string) string {
	if s == "" {
		return s
	}
	return Redact(c.hiding.Replace(s))
}
