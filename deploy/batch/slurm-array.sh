#!/usr/bin/env bash
# Sixteen shards of a batch as a SLURM array: sbatch slurm-array.sh requests.jsonl, and when it is done
# resift merge part-*.jsonl --output answers.jsonl.
#SBATCH --job-name=resift
#SBATCH --array=0-15
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --requeue
set -euo pipefail

input=${1:?"the file of requests was expected, as in: sbatch slurm-array.sh requests.jsonl"}
resift rerank --batch "$input" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --threads "$SLURM_CPUS_PER_TASK" \
  --output "part-$SLURM_ARRAY_TASK_ID.jsonl" --resume
