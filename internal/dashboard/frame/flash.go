package frame

import (
	"encoding/base64"
	"net/http"
)

// flashCookie carries one sentence from an action to the page that is shown after it.
const flashCookie = "waybill_said"

// remember keeps a sentence for the next page. It is in a cookie, which no other website can set or read, so that a
// link cannot put words into a page.
func (v *Visit) remember(says string) {
	const longest = 1000
	says = says[:min(len(says), longest)]
	http.SetCookie(v.writer, &http.Cookie{Name: flashCookie, Path: "/", HttpOnly: true, MaxAge: 60,
		SameSite: http.SameSiteStrictMode, Value: base64.RawURLEncoding.EncodeToString([]byte(says))})
}

// said is the sentence that was kept, which is shown this once.
func (v *Visit) said() string {
	c, err := v.Cookie(flashCookie)
	if err != nil || v.Request.Header.Get("X-Seen") != "" {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return ""
	}
	http.SetCookie(v.writer, &http.Cookie{Name: flashCookie, Path: "/", HttpOnly: true, MaxAge: -1,
		SameSite: http.SameSiteStrictMode})
	return string(text)
}
