module mysql-nfs/pause

go 1.26.0
