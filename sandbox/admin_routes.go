package sandbox

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// withAdmin serves the administration at [AdminPath], and everything else by the store.
func withAdmin(s *Store) http.Handler {
	mux := http.NewServeMux()
	admin := &admin{s}
	for pattern, handler := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET {$}":              admin.page,
		"GET state":            admin.state,
		"GET key":              admin.key,
		"GET requests":         admin.requests,
		"GET faults":           admin.faults,
		"POST faults":          admin.addFault,
		"DELETE faults":        admin.clear,
		"DELETE faults/{id}":   admin.removeFault,
		"POST faults/clear":    admin.clear,
		"POST faults/{id}/end": admin.removeFault,
		"GET breakages":        admin.breakages,
		"POST break/{id}":      admin.breakStore,
		"POST break":           admin.breakStore,
		"POST mend/{id}":       admin.mend,
		"POST reset":           admin.reset,
		"POST clock":           admin.clock,
		"POST sites":           admin.addSite,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+AdminPath+path, func(w http.ResponseWriter, r *http.Request) {
			if err := handler(w, r); err != nil {
				refuse(w, err)
			}
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, AdminPath):
			s.ServeHTTP(w, r)
		case !fromThisMachine(r):
			refuse(w, adminError{http.StatusForbidden,
				"the administration of the sandbox answers to this machine only"})
		default:
			site, below := s.administered(r.URL.Path)
			if site == s {
				mux.ServeHTTP(w, r)
				return
			}
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = AdminPath+below, ""
			withAdmin(site).ServeHTTP(w, r)
		}
	})
}

// fromThisMachine says whether a request comes from loopback, by a loopback name, and not from a page of another site
// in somebody's browser. It refuses every unclear case: a caller that passes can change the store.
func fromThisMachine(r *http.Request) bool {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !remote.Addr().Unmap().IsLoopback() || !isLoopbackHost(r.Host) {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return r.Header.Get("Sec-Fetch-Site") != "cross-site"
	}
	from, err := url.Parse(origin)
	return err == nil && from.Host == r.Host
}

func isLoopbackHost(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = hostPort
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}
