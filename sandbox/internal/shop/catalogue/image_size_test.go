package catalogue_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// The values are those of a real store of 11.0.1 with the same picture.
func TestAPictureIsShownInTheSizeThatIsAskedFor(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	product := shop.Ask("POST", "/wc/v3/products", `{"name":"P","images":[{"id":4}]}`)
	for size, want := range map[string]struct{ file, width, last string }{
		"":                      {".webp", "1200", "-768x768.webp 768w"},
		"thumbnail":             {"-150x150.webp", "150", ".webp 1200w"},
		"medium":                {"-300x300.webp", "300", ".webp 1200w"},
		"%20medium%20":          {"-300x300.webp", "300", ".webp 1200w"},
		"large":                 {"-1024x1024.webp", "1024", ".webp 1200w"},
		"woocommerce_single":    {".webp", "600", "-768x768.webp 768w"},
		"woocommerce_thumbnail": {".webp", "300", "-768x768.webp 768w"},
		"nosuch":                {".webp", "1200", "-768x768.webp 768w"},
	} {
		path := "/wc/v3/products/" + product.At("id")
		if size != "" {
			path += "?image_size=" + size
		}
		got := shop.Ask("GET", path, "")
		if src := got.At("images.0.src"); !strings.HasSuffix(src, "/woocommerce-placeholder"+want.file) {
			t.Errorf("%q shows %s", size, src)
		}
		if sizes := got.At("images.0.sizes"); sizes != "(max-width: "+want.width+"px) 100vw, "+want.width+"px" {
			t.Errorf("%q shows the sizes %s", size, sizes)
		}
		sources := strings.Split(got.At("images.0.srcset"), ", ")
		if len(sources) != 5 || !strings.Contains(sources[0], "placeholder"+want.file+" ") ||
			!strings.HasSuffix(sources[4], "placeholder"+want.last) {
			t.Errorf("%q shows the sources %v", size, sources)
		}
	}
}
