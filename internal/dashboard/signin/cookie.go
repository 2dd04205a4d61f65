package signin

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
)

// The cookies: of a session, and of the steps of a sign-in.
const (
	sessionCookie  = "waybill_session"
	secondCookie   = "waybill_step"
	providerCookie = "waybill_provider"
)

// cookieName is the name of a cookie for the host that a browser asks. Cookies of this machine are told apart by port,
// which browsers do not.
func cookieName(r *http.Request, name string) string {
	host, port := split(r.Host)
	if !onThisMachine(host) {
		return "__Host-" + name
	}
	if port == "" {
		return name
	}
	return name + "_" + port
}

func split(hostport string) (host, port string) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return hostport, ""
	}
	return host, port
}

// onThisMachine says whether a host is the machine that the browser runs on, to which plain HTTP goes through no
// network.
func onThisMachine(host string) bool {
	if a, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return a.IsLoopback()
	}
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// bear gives a browser something to bear until it is closed or taken away again.
func bear(v *frame.Visit, name, value string) {
	c := cookie(v, name)
	c.Value = value
	http.SetCookie(headerWriter{v.Header()}, c)
}

// drop takes away what a browser bears.
func drop(v *frame.Visit, name string) {
	c := cookie(v, name)
	c.MaxAge = -1
	http.SetCookie(headerWriter{v.Header()}, c)
}

// cookie is one that no script reads and that other websites do not send with an action. A link from elsewhere does
// carry it, so that a page that somebody was sent a link to opens.
func cookie(v *frame.Visit, name string) *http.Cookie {
	host, _ := split(v.Host)
	return &http.Cookie{Name: cookieName(v.Request, name), Path: "/", HttpOnly: true, Secure: !onThisMachine(host),
		SameSite: http.SameSiteLaxMode}
}

// borne is what a browser bears; empty for nothing.
func borne(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// headerWriter lets cookies be set in a header.
type headerWriter struct{ header http.Header }

// Header is the header.
func (w headerWriter) Header() http.Header { return w.header }

// Write takes nothing: the answer leaves elsewhere.
func (headerWriter) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader takes nothing.
func (headerWriter) WriteHeader(int) {}
