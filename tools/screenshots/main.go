package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/stage"
)

func main() {
	out := flag.String("out", "screenshots", "`directory` for the pictures")
	only := flag.String("only", "", "only pictures whose name has this `text` in it")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if err := run(ctx, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// picture is a page in a situation.
type picture struct{ name, path string }

func run(ctx context.Context, out, only string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	browser, err := stage.OpenBrowser(ctx)
	if err != nil {
		return err
	}
	defer browser.Close()
	tab, leave := browser.Tab()
	defer leave()
	for _, situation := range situations {
		err := situation.show(ctx, func(url string, pictures []picture) error {
			for _, p := range pictures {
				if err := shoot(tab, out, only, url, situation.name, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", situation.name, err)
		}
	}
	return nil
}

// shoot makes the pictures of a page, in both widths and schemes.
func shoot(tab context.Context, out, only, url, situation string, p picture) error {
	for _, width := range []int64{1440, 390} {
		for _, scheme := range []string{"light", "dark"} {
			name := fmt.Sprintf("%s-%s-%d-%s", p.name, situation, width, scheme)
			if !strings.Contains(name, only) {
				continue
			}
			if err := stage.Look(tab, width, scheme); err != nil {
				return err
			}
			if err := chromedp.Do(tab, chromedp.Navigate(url+p.path), chromedp.WaitReady(chromedp.CSS("#main"))); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			picture, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if err := os.WriteFile(filepath.Join(out, name+".png"), picture, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// gate lets everybody in as an administrator.
func gate() frame.Gate {
	return frame.Open{Session: frame.Session{Caller: stage.Everyone(), Name: "Sam Rivers", Role: "administrator"}}
}
