package front

import (
	"html"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// sitePage answers addresses outside of the API with HTML: the home page, the shop's own pages, or "not found" as
// WordPress says it.
func (f *Front) sitePage(w http.ResponseWriter, r *http.Request, path string) {
	trimmed := strings.Trim(path, "/")
	switch {
	case trimmed == "":
		f.html(w, r, http.StatusOK, f.config.Name(), "Hello world!")
	case trimmed == "index.php":
		f.redirect(w, f.Base(r)+"/")
	case f.config.Permalinks() == Plain && !strings.HasSuffix(path, "/") &&
		(r.Method == http.MethodGet || r.Method == http.MethodHead):
		// WordPress has no such page and redirects to the address with a slash before it shows the home page
		// (docs/checks/redirect-canonical-slash.md).
		f.redirect(w, f.Base(r)+path+"/"+suffix(r.URL.RawQuery))
	case f.config.Permalinks() == Plain:
		f.html(w, r, http.StatusOK, f.config.Name(), "Hello world!")
	case shopPages[trimmed] != "":
		f.html(w, r, http.StatusOK, shopPages[trimmed]+" – "+f.config.Name(), shopPages[trimmed])
	default:
		rest.SetNocache(w.Header())
		f.html(w, r, http.StatusNotFound, "Page not found – "+f.config.Name(),
			"Page not found. The page you are looking for doesn't exist, or it has been moved.")
	}
}

// shopPages are the pages WooCommerce makes at installation.
var shopPages = map[string]string{
	"shop": "Shop", "cart": "Cart", "checkout": "Checkout", "my-account": "My account", "sample-page": "Sample Page",
}

func suffix(rawQuery string) string {
	if rawQuery == "" {
		return ""
	}
	return "?" + rawQuery
}

func (f *Front) redirect(w http.ResponseWriter, to string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("X-Redirect-By", "WordPress")
	h.Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
}

// html writes a page of the site. Every one names the API's root in its Link header and in its head.
func (f *Front) html(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	root := f.RESTURL(f.Base(r), "")
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("Link", "<"+root+`>; rel="https://api.w.org/"`)
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	name := html.EscapeString(f.config.Name())
	_, _ = w.Write([]byte("<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<meta charset=\"UTF-8\" />\n<title>" +
		html.EscapeString(title) + "</title>\n<link rel=\"https://api.w.org/\" href=\"" + html.EscapeString(root) +
		"\" />\n<meta name=\"generator\" content=\"WordPress " + html.EscapeString(f.config.WordPress()) +
		"\" />\n</head>\n<body>\n<header><a href=\"" +
		html.EscapeString(f.Base(r)) + "\">" + name +
		"</a> <nav>Cart Checkout My account Sample Page Shop</nav></header>\n<main>" +
		html.EscapeString(text) + "</main>\n</body>\n</html>\n"))
}

// die is WordPress's wp_die: a bare page with a title and a sentence.
func (f *Front) die(w http.ResponseWriter, title, text string, status int) {
	Die(w, title, text, status)
}

// Die writes the page that WordPress shows when it gives up (wp_die).
func Die(w http.ResponseWriter, title, text string, status int) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	rest.SetNocache(w.Header())
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!DOCTYPE html>\n<html lang=\"en-US\">\n<head>\n<title>" + html.EscapeString(title) +
		"</title>\n</head>\n<body id=\"error-page\">\n<div class=\"wp-die-message\">" + html.EscapeString(text) +
		"</div>\n</body>\n</html>\n"))
}
