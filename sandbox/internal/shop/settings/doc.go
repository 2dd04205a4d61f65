// Package settings is the settings of a shop as its API shows them: groups and fields with their defaults by version,
// payment gateways, the pages that options name, and the data to choose from (countries, currencies).
//
// It guarantees that a setting is checked and saved as WooCommerce does it. The options belong to package core; rooms
// ask core for their values.
//
//	options := settings.Defaults(version)
package settings
