package stage

import (
	"context"
	"os/exec"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Browser is a Chromium without a window.
type Browser struct {
	ctx context.Context
	end func()
}

// FindBrowser says whether there is a Chromium on this machine.
func FindBrowser() bool {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// OpenBrowser starts a Chromium. It ends with the context, or when it is closed.
func OpenBrowser(ctx context.Context) (*Browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("lang", "en-GB"))
	allocated, end := chromedp.NewExecAllocator(ctx, options...)
	browser, leave := chromedp.NewContext(allocated)
	b := &Browser{ctx: browser, end: func() { leave(); end() }}
	if err := chromedp.Do(browser); err != nil {
		b.end()
		return nil, err
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() { b.end() }

// Tab opens a page of its own, with cookies of its own. It is closed by the function that comes with it.
func (b *Browser) Tab() (context.Context, func()) {
	return chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
}

// Look sets how a tab shows pages: its width in pixels, and light or dark.
func Look(tab context.Context, width int64, scheme string) error {
	if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900)); err != nil {
		return err
	}
	_, err := chromedp.Call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	return err
}
