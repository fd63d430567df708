package main

import (
	"fmt"
	"strconv"
)

// mountPoint is where the Pod mounts the export.
const mountPoint = "/persistentvolumes"

type settings struct {
	provisionerName string
	server          string
	path            string
	kubeconfig      string
	leaderElection  bool
	// expansion makes volumes grow with their claims. Upstream has no such thing: it is for a class that stands
	// in for another kind of storage.
	expansion bool
}

func readSettings(getenv func(string) string) (settings, error) {
	read := settings{
		provisionerName: getenv("PROVISIONER_NAME"),
		server:          getenv("NFS_SERVER"),
		path:            getenv("NFS_PATH"),
		kubeconfig:      getenv("KUBECONFIG"),
		leaderElection:  true,
	}
	for _, needed := range []struct{ name, value string }{
		{"NFS_SERVER", read.server},
		{"NFS_PATH", read.path},
		{"PROVISIONER_NAME", read.provisionerName},
	} {
		if needed.value == "" {
			return settings{}, fmt.Errorf("environment variable %s is not set", needed.name)
		}
	}
	for name, flag := range map[string]*bool{
		"ENABLE_LEADER_ELECTION": &read.leaderElection,
		"EXPAND_VOLUMES":         &read.expansion,
	} {
		text := getenv(name)
		if text == "" {
			continue
		}
		value, err := strconv.ParseBool(text)
		if err != nil {
			return settings{}, fmt.Errorf("%s is %q: write true or false", name, text)
		}
		*flag = value
	}
	return read, nil
}
