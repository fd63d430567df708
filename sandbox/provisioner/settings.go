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
	if text := getenv("ENABLE_LEADER_ELECTION"); text != "" {
		leaderElection, err := strconv.ParseBool(text)
		if err != nil {
			return settings{}, fmt.Errorf("ENABLE_LEADER_ELECTION is %q: write true or false", text)
		}
		read.leaderElection = leaderElection
	}
	return read, nil
}
