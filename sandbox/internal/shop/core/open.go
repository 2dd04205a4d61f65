package core

import (
	"maps"
	"sync"

	"github.com/waybillhq/waybill/capability"
)

// installedOptions are what WordPress and WooCommerce write at installation: the defaults of all settings (recordings
// of section config), the pages, and where orders are stored.
func installedOptions(c Config, defaults Options) Options {
	installed := maps.Clone(defaults)
	maps.Copy(installed, Options{
		"blogname":        "Test Shop",
		"admin_email":     "admin@example.test",
		"timezone_string": "",
		"gmt_offset":      "0",

		"woocommerce_shop_page_id":      "5",
		"woocommerce_cart_page_id":      "6",
		"woocommerce_checkout_page_id":  "7",
		"woocommerce_myaccount_page_id": "8",
		"woocommerce_placeholder_image": "4",
	})
	maps.Copy(installed, featureOptions(c.release()))
	maps.Copy(installed, storageOptions(c.Storage))
	return installed
}

// New returns the foundation of a store. defaults gives the default settings of a version.
func New(config Config, defaults func(capability.Version) Options) *Store {
	config = config.withDefaults()
	s := &Store{
		RWMutex: &sync.RWMutex{}, config: config, Release: config.release(), clock: config.Clock, defaults: defaults,
	}
	s.Reset()
	return s
}

// Reset discards the state. The clock and the listeners stay.
func (s *Store) Reset() {
	s.State = State{
		IDs:         newCounters(),
		Secrets:     newSecrets(s.config.Seed),
		Options:     installedOptions(s.config, s.defaults(s.Release)),
		arrays:      arrays{},
		environment: installedEnvironment(s.Release),
	}
	s.environment.Multisite = s.network
	s.Forget()
}

// Forget drops the cached records. A caller that replaces the state has to call it.
func (s *Store) Forget() { s.Rendered = newRenderCache() }
