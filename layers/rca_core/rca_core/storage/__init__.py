"""Runs, analyses and jobs in DynamoDB and SQS. Nothing else speaks to DynamoDB."""
