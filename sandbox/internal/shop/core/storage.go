package core

import "github.com/waybillhq/waybill/capability"

// The options that say where orders live (Settings > Advanced > Features).
const (
	OrderTablesOption = "woocommerce_custom_orders_table_enabled"
	OrderSyncOption   = "woocommerce_custom_orders_table_data_sync_enabled"
)

// storageOptions are the options of a store that was made for a storage mode.
func storageOptions(storage capability.Storage) Options {
	switch storage {
	case capability.Posts:
		return Options{OrderTablesOption: "no"}
	case capability.HPOSSync:
		return Options{OrderTablesOption: "yes", OrderSyncOption: "yes"}
	}
	return Options{OrderTablesOption: "yes"}
}

// Storage says where the store keeps its orders.
func (s *Store) Storage() capability.Storage {
	switch {
	case !s.Options.Yes(OrderTablesOption):
		return capability.Posts
	case s.Options.Yes(OrderSyncOption):
		return capability.HPOSSync
	case s.InstalledStorage() == capability.HPOSMigrated:
		return capability.HPOSMigrated
	}
	return capability.HPOS
}

// InstalledStorage says where orders were kept when the store was made.
func (s *Store) InstalledStorage() capability.Storage { return s.config.Storage }
