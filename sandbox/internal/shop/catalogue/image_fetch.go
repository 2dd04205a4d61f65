package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// SetImageRules changes how images are fetched.
func (s *Store) SetImageRules(rules ImageRules) { s.images = rules }

// imageSizeLimit is the largest image the store takes.
const imageSizeLimit = 32 << 20

// imageTypes are the types WooCommerce takes, by extension.
var imageTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".gif": "image/gif", ".png": "image/png",
	".bmp": "image/bmp", ".tiff": "image/tiff", ".tif": "image/tiff", ".ico": "image/x-icon", ".webp": "image/webp",
}

// fetchedImage is a file on its way into the library, or the error in its place.
type fetchedImage struct {
	name    string
	mime    string
	content []byte
	err     *rest.Error
}

// fetchImages fetches all addresses that the images of a request name. The store is unlocked meanwhile, because an
// image may be on the store itself.
func (s *Store) fetchImages(r *rest.Request, images ...*rest.Object) map[string]*fetchedImage {
	var addresses []string
	for _, image := range images {
		if image == nil || core.AbsInt(image.Value("id")) != 0 || image.Value("src") == nil {
			continue
		}
		addresses = append(addresses, imageAddress(image))
	}
	if len(addresses) == 0 {
		return nil
	}
	home, rules := s.Home(), s.images
	fetched := map[string]*fetchedImage{}
	r.Unlocked(func() {
		for _, address := range addresses {
			if fetched[address] == nil {
				fetched[address] = fetchImage(requestContext(r), rules, home, address)
			}
		}
	})
	return fetched
}

// imageAddress is the address an image of a request is fetched from.
func imageAddress(image *rest.Object) string {
	return wptext.SanitizeURL(rest.Text(image.Value("src")))
}

func requestContext(r *rest.Request) context.Context {
	if r.HTTP != nil {
		return r.HTTP.Context()
	}
	return context.Background()
}

// fetchImage is wc_rest_upload_image_from_url, up to the finished file.
func fetchImage(ctx context.Context, rules ImageRules, home, address string) *fetchedImage {
	fail := func(code, format string, args ...any) *fetchedImage {
		return &fetchedImage{err: rest.Errorf(400, code, format, args...)}
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return fail("woocommerce_rest_invalid_image_url", "Invalid URL %s.", address)
	}
	content, err := download(ctx, rules, home, parsed)
	if err != nil {
		return fail("woocommerce_rest_invalid_remote_image_url", "Error getting remote image %s. Error: %s", address,
			err)
	}
	name := path.Base(parsed.Path)
	declared, known := imageTypes[strings.ToLower(path.Ext(name))]
	if !known {
		return fail("woocommerce_rest_invalid_image",
			"Invalid image: Sorry, you are not allowed to upload this file type.")
	}
	actual := imageType(content)
	if actual == "" {
		return fail("woocommerce_rest_invalid_image",
			"Invalid image: Sorry, you are not allowed to upload this file type.")
	}
	if actual != declared {
		// WordPress renames a file whose content is another kind of image.
		name = strings.TrimSuffix(name, path.Ext(name)) + extensionOf(actual)
	}
	return &fetchedImage{name: name, mime: actual, content: content}
}

// imageType recognises an image by its first bytes.
func imageType(content []byte) string {
	mime, _, _ := strings.Cut(http.DetectContentType(content), ";")
	switch {
	case strings.HasPrefix(string(content), "II*\x00"), strings.HasPrefix(string(content), "MM\x00*"):
		return "image/tiff"
	case mime == "image/vnd.microsoft.icon":
		return "image/x-icon"
	case strings.HasPrefix(mime, "image/"):
		return mime
	}
	return ""
}

func extensionOf(mime string) string {
	for _, extension := range []string{".jpg", ".gif", ".png", ".bmp", ".tif", ".ico", ".webp"} {
		if imageTypes[extension] == mime {
			return extension
		}
	}
	return ""
}

var errUnsafeURL = errors.New("A valid URL was not provided.") //nolint:staticcheck,revive // WordPress's own words

// download gets the content of a safe address.
func download(ctx context.Context, rules ImageRules, home string, address *url.URL) ([]byte, error) {
	if address.String() == "" {
		return nil, errors.New("No URL Provided.") //nolint:staticcheck,revive // WordPress's own words
	}
	if err := checkAddress(ctx, rules, home, address); err != nil {
		return nil, err
	}
	source := rules.Source
	if source == nil {
		source = webImages{rules: rules, home: home}
	}
	response, err := source.Fetch(ctx, address.String())
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(http.StatusText(response.StatusCode))
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, imageSizeLimit+1))
	switch {
	case err != nil:
		return nil, err
	case len(content) > imageSizeLimit:
		return nil, fmt.Errorf("the file is larger than %d bytes", imageSizeLimit)
	}
	return content, nil
}

// checkAddress is wp_http_validate_url: http and https only, no credentials, no private address, no unusual port. The
// store's own address always passes.
func checkAddress(ctx context.Context, rules ImageRules, home string, address *url.URL) error {
	if address.Scheme != "http" && address.Scheme != "https" || address.Hostname() == "" || address.User != nil {
		return errUnsafeURL
	}
	if rules.AllowPrivate {
		return nil
	}
	own, err := url.Parse(home)
	sameHost := err == nil && strings.EqualFold(own.Hostname(), address.Hostname())
	if !sameHost {
		if strings.ContainsAny(address.Hostname(), ":[]") ||
			!outbound.Public(ctx, strings.Trim(address.Hostname(), ".")) {
			return errUnsafeURL
		}
	}
	port := address.Port()
	if port == "" || slices.Contains([]string{"80", "443", "8080"}, port) || sameHost && port == own.Port() {
		return nil
	}
	return errUnsafeURL
}

// webImages fetches over the network. It checks every address of a chain of redirects, so that a redirect cannot lead
// where a direct request may not.
type webImages struct {
	rules ImageRules
	home  string
}

// Fetch gets an address.
func (w webImages) Fetch(ctx context.Context, address string) (*http.Response, error) {
	client := &http.Client{
		Timeout: 30 * time.Second,
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) > 5 {
				return errors.New("Too many redirects.") //nolint:staticcheck,revive // WordPress's own words
			}
			return checkAddress(next.Context(), w.rules, w.home, next.URL)
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	return client.Do(request)
}
