package core

import "github.com/waybillhq/waybill/capability"

// Environment is what a store runs on. Only its system status shows these facts, and they decide about failures outside
// of WooCommerce.
type Environment struct {
	WordPress  string // version
	Multisite  bool
	Debug      bool
	Cron       bool // WP-Cron runs when pages are visited
	Server     string
	System     string // operating system with kernel and architecture
	PHP        string
	Curl       string
	MySQL      string
	MySQLTitle string // version with the name of the server
	// ObjectCache: a persistent object cache is in place.
	ObjectCache bool

	MemoryLimit      int64 // bytes
	PostMaxSize      int64 // bytes
	MaxUploadSize    int64 // bytes
	MaxExecutionTime int64 // seconds
	MaxInputVars     int64

	// RemotePost and RemoteGet are the statuses with which PayPal and WooCommerce.com answer the store's own test
	// requests; 0 when they do not answer.
	RemotePost, RemoteGet int64

	ActivePlugins   []Plugin // beside WooCommerce
	InactivePlugins []Plugin
	MustUsePlugins  []Plugin
	DropIns         []Plugin
	Theme           Theme
}

// Plugin is an extension of WordPress.
type Plugin struct {
	File    string // akismet/akismet.php
	Name    string
	Version string
	Latest  string // the newest version known; "" means Version
	URL     string
	Author  string
	// AuthorURL is the address of the author.
	AuthorURL string
	// NetworkActive: the plugin is active on all sites of a network.
	NetworkActive bool
}

// Theme is the theme in use.
type Theme struct {
	Name, Version, AuthorURL string
	// Block says that the theme is made of blocks, to be edited in the site editor.
	Block bool
	// Supports says that the theme declares support for WooCommerce.
	Supports bool
}

// installedEnvironment is a healthy server like the one on which the recordings of a version were made.
func installedEnvironment(version capability.Version) Environment {
	const mega = 1 << 20
	wordpress := "6.8.2"
	if WordPress71.Holds(version) {
		wordpress = "7.1"
	}
	return Environment{
		WordPress: wordpress, Cron: true,
		Server: "nginx/1.22.1", System: "Linux 6.1.0 x86_64", PHP: "8.2.36", Curl: "7.88.1, OpenSSL/3.0.19",
		MySQL: "10.11.19", MySQLTitle: "10.11.19-MariaDB-0+deb12u1",
		MemoryLimit: 512 * mega, PostMaxSize: 8 * mega, MaxUploadSize: 2 * mega, MaxExecutionTime: 30,
		MaxInputVars: 1000,
		RemotePost:   200, RemoteGet: 200,
		Theme: Theme{Name: "Twenty Twenty-Five", Version: "1.3", AuthorURL: "https://wordpress.org", Block: true},
	}
}
