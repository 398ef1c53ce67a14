"""A viewer in Python: stores, searches and retrieves by dicomweb-client, and reads what comes by pydicom.

    dicomweb.py BASE TOKEN

BASE is the address of the server, TOKEN an access token for ImagingStudy. Says `well` at its end.
"""

import io
import sys

import numpy
import pydicom
import requests
from dicomweb_client.api import DICOMwebClient
from dicomweb_client.session_utils import create_session_from_auth
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.pixels import convert_color_space
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless, generate_uid


class Bearer(requests.auth.AuthBase):
    """Adds the token to each request."""

    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def multi_frame():
    """Three frames of 16 bits, of which 12 count."""
    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm", download=False))
    frames = numpy.arange(3 * 16 * 8, dtype="<u2").reshape(3, 16, 8) * 10
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = 16, 8, 3
    dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit = 0, 12, 11
    dataset.RescaleIntercept, dataset.RescaleSlope = "0", "1"
    dataset.PixelData = frames.tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword in ("WindowCenter", "WindowWidth", "SmallestImagePixelValue", "LargestImagePixelValue"):
        if keyword in dataset:
            delattr(dataset, keyword)
    return dataset, frames


def picture(photometric, planar, pixels, syntax=ExplicitVRLittleEndian, bits=8):
    """A colour picture of 16 rows by 24 columns; pixels are its bytes, or its frames where they are compressed."""
    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm", download=False))
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 16, 24, 3
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits, bits - 1, 0
    dataset.PhotometricInterpretation, dataset.PlanarConfiguration = photometric, planar
    for keyword in ("RescaleIntercept", "RescaleSlope", "PixelPaddingValue", "SmallestImagePixelValue"):
        if keyword in dataset:
            delattr(dataset, keyword)
    if isinstance(pixels, list):
        dataset.NumberOfFrames, dataset.PixelData = len(pixels), encapsulate(pixels)
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
    else:
        dataset.NumberOfFrames, dataset.PixelData = 2, pixels
        dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
    dataset.file_meta.TransferSyntaxUID = syntax
    return dataset


def colours():
    """The same two frames in every way of storing colours that is read, and by how much each may be off."""
    rows, columns = numpy.mgrid[0:16, 0:24]
    frame = numpy.stack([rows * 8 + 20, columns * 5 + 30, (rows + columns) * 3 + 60], axis=-1).astype("u1")
    frames = numpy.stack([frame, 255 - frame])
    ybr = convert_color_space(frames, "RGB", "YBR_FULL")
    pairs = numpy.stack([ybr[:, :, 0::2, 0], ybr[:, :, 1::2, 0], ybr[:, :, 0::2, 1], ybr[:, :, 0::2, 2]], axis=-1)

    def jpeg(one):
        file = io.BytesIO()
        Image.fromarray(one).save(file, "JPEG", quality=98, subsampling=0)
        return file.getvalue()

    yield picture("RGB", 0, frames.tobytes()), 0
    yield picture("RGB", 1, frames.transpose(0, 3, 1, 2).tobytes()), 0
    yield picture("RGB", 1, (frames.transpose(0, 3, 1, 2).astype("<u2") * 257).tobytes(), bits=16), 0
    yield picture("YBR_FULL", 0, ybr.tobytes()), 0
    yield picture("YBR_FULL", 1, ybr.transpose(0, 3, 1, 2).tobytes()), 0
    yield picture("YBR_FULL_422", 0, pairs.tobytes()), 0
    yield picture("YBR_FULL_422", 0, [jpeg(one) for one in frames], JPEGBaseline8Bit), 4
    rle = picture("RGB", 0, frames.tobytes())
    rle.compress(RLELossless, generate_instance_uid=False)
    yield rle, 0
    rle = picture("YBR_FULL", 0, ybr.tobytes())
    rle.compress(RLELossless, generate_instance_uid=False)
    yield rle, 0


def agree(client, dataset, most):
    """Whether frames, read as the metadata says, are the picture that the file is."""
    place = (dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID)
    told = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*place))
    frames = client.retrieve_instance_frames(*place, frame_numbers=[1, 2])
    told.file_meta = pydicom.dataset.FileMetaDataset()
    told.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    told.PixelData = b"".join(frames)
    told["PixelData"].VR = "OB" if told.BitsAllocated == 8 else "OW"
    seen, wanted = told.pixel_array.astype(int), dataset.pixel_array.astype(int)
    said = (dataset.PhotometricInterpretation, dataset.PlanarConfiguration, dataset.file_meta.TransferSyntaxUID.name)
    assert seen.shape == wanted.shape, (said, seen.shape, wanted.shape)
    off = abs(seen - wanted).max()
    assert off <= most, (said, told.PhotometricInterpretation, told.PlanarConfiguration, off)


def main(base, token):
    client = DICOMwebClient(f"{base}/dicomweb", session=create_session_from_auth(Bearer(token)))
    assert client.search_for_studies() == []

    names = ["CT_small.dcm", "MR_small.dcm", "JPEG2000.dcm", "rtplan.dcm"]
    files = {name: pydicom.dcmread(get_testdata_file(name, download=False)) for name in names}
    many, frames = multi_frame()
    answer = client.store_instances([*files.values(), many])
    assert len(answer.ReferencedSOPSequence) == 5, answer
    assert "FailedSOPSequence" not in answer

    ct = files["CT_small.dcm"]
    place = (ct.StudyInstanceUID, ct.SeriesInstanceUID, ct.SOPInstanceUID)
    found = client.search_for_studies(search_filters={"PatientID": ct.PatientID}, fields=["StudyDescription"])
    assert len(found) == 1, found
    found = pydicom.Dataset.from_json(found[0])
    assert found.StudyInstanceUID == ct.StudyInstanceUID
    assert found.PatientName == ct.PatientName, (found.PatientName, ct.PatientName)
    assert (found.StudyDate, found.StudyDescription) == (ct.StudyDate, ct.StudyDescription)
    assert found.NumberOfStudyRelatedInstances == 2
    assert len(client.search_for_studies(get_remaining=True, limit=1)) == 4
    series = client.search_for_series(ct.StudyInstanceUID)
    assert [pydicom.Dataset.from_json(one).Modality for one in series] == ["CT"]
    instances = client.search_for_instances(ct.StudyInstanceUID, ct.SeriesInstanceUID)
    assert [pydicom.Dataset.from_json(one).Rows for one in instances] == [128, 16]

    for file in files.values():
        back = client.retrieve_instance(
            file.StudyInstanceUID, file.SeriesInstanceUID, file.SOPInstanceUID,
            media_types=(("application/dicom", "*"),))
        assert back == file, file.filename
    assert len(client.retrieve_study(ct.StudyInstanceUID, media_types=(("application/dicom", "*"),))) == 2

    told = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*place))
    assert (told.Rows, told.PatientName, told.KVP) == (128, ct.PatientName, ct.KVP)
    assert "PixelData" not in told
    assert len(client.retrieve_study_metadata(ct.StudyInstanceUID)) == 2

    (samples,) = client.retrieve_instance_frames(*place, frame_numbers=[1])
    assert numpy.array_equal(numpy.frombuffer(samples, "<i2").reshape(128, 128), ct.pixel_array)
    some = client.retrieve_instance_frames(*place[:2], many.SOPInstanceUID, frame_numbers=[3, 1])
    for frame, number in zip(some, (2, 0), strict=True):
        assert numpy.array_equal(numpy.frombuffer(frame, "<u2").reshape(16, 8), frames[number])
    jpeg = files["JPEG2000.dcm"]
    (stream,) = client.retrieve_instance_frames(
        jpeg.StudyInstanceUID, jpeg.SeriesInstanceUID, jpeg.SOPInstanceUID, frame_numbers=[1],
        media_types=(("image/jp2", "1.2.840.10008.1.2.4.91"),))
    assert Image.open(io.BytesIO(stream)).size == (jpeg.Columns, jpeg.Rows)

    picture = client.retrieve_instance_rendered(*place, media_types=("image/png",), params={"window": "100,200,linear"})
    assert Image.open(io.BytesIO(picture)).size == (128, 128)
    assert client.retrieve_instance_rendered(*place, media_types=("image/jpeg",))[:2] == b"\xff\xd8"
    for dataset, most in colours():
        client.store_instances([dataset])
        agree(client, dataset, most)
    print("well")


main(*sys.argv[1:])
