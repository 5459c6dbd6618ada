// Its presence lets reads.go declare functions whose bodies lie in the upstream package.
