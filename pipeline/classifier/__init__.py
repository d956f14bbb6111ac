"""The fine-tuned turn classifier: packing, network (training side), runtime (scoring side), artefacts and calibration."""
