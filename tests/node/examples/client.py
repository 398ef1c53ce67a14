"""A picture is sent by the package requests: client.py PICTURE DEVICE_TYPE [CONFIDENCE]"""

import os
import sys

import requests


class Refused(Exception):
    pass


class Client:
    def __init__(self, api_key, base_url):
        self.api_key = api_key
        self.base_url = base_url

    def extract(self, path, device_type=None, confidence_threshold=None):
        data = {}
        if device_type:
            data["device_type"] = device_type
        if confidence_threshold:
            data["confidence_threshold"] = confidence_threshold
        with open(path, "rb") as picture:
            url = f"{self.base_url}/v1/extract-medical-data"
            headers = {"X-API-Key": self.api_key}
            result = requests.post(url, headers=headers, files={"image": picture}, data=data).json()
        if not result.get("success"):
            raise Refused(result.get("error", "nothing is said"))
        return result["data"]


client = Client(os.environ["SMARTSCANPRO_API_KEY"], os.environ["BASE_URL"])
try:
    read = client.extract(*sys.argv[1:])
    values = read["extracted_data"]
    print(f"{values['systolic']}/{values['diastolic']} {values['unit']}, {values['pulse']} bpm, {read['confidence']:.2%}")
except Refused as refused:
    print(f"refused: {refused}")
