using System.Diagnostics;
using Resift.Local.Configuration;

namespace Resift.Local.Tests.Models;

public sealed class RegularFileTests : IDisposable
{
    private static readonly string[] _files =
    [
        "config.json", "config_sentence_transformers.json", "model.safetensors", "modules.json", LocalCalibration.FileName,
        "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, bool> Files =>
        new(_files.SelectMany(file => new TheoryDataRow<string, bool>[] { new(file, false), new(file, true) }));

    // Each of these would wait for ever, or read for ever, if the file was opened.
    [Theory]
    [MemberData(nameof(Files))]
    public void Load_PipeInPlaceOfAFile_IsRefused(string file, bool isLink)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        FullFolder.Write(_folder.Path, labels: 1);
        File.Delete(_folder.File(file));
        MakePipe(_folder.File(isLink ? "pipe" : file));
        if (isLink)
        {
            File.CreateSymbolicLink(_folder.File(file), "pipe");
        }

        Assert.Contains("a pipe or a device", Fault(() => LocalReranker.Load(_folder.Path)), StringComparison.Ordinal);
        Assert.Contains("a pipe or a device", Fault(() => LocalModelInfo.ReadFingerprint(_folder.Path)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_DeviceInPlaceOfAFile_IsRefused(string file, bool isLink)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        FullFolder.Write(_folder.Path, labels: 1);
        File.Delete(_folder.File(file));
        File.CreateSymbolicLink(_folder.File(isLink ? "link" : file), "/dev/zero");
        if (isLink)
        {
            File.CreateSymbolicLink(_folder.File(file), "./link");
        }

        Assert.Contains("a pipe or a device", Fault(() => LocalReranker.Load(_folder.Path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("device")]
    [InlineData("empty")]
    public void Read_CardWithNothingInIt_StatesNoLicence(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        new TinyModel().Write(_folder.Path);
        string card = _folder.File("README.md");
        Action make = kind switch
        {
            "pipe" => () => MakePipe(card),
            "device" => () => File.CreateSymbolicLink(card, "/dev/zero"),
            _ => () => File.WriteAllText(card, ""),
        };
        make();

        Assert.Null(LocalModelInfo.Read(_folder.Path).License);
    }

    [Fact]
    public void Open_LinkOutOfALinkedFolder_IsFollowedAsTheSystemDoes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a right there.");
        string blobs = Directory.CreateDirectory(_folder.File("store/blobs")).FullName;
        string snapshot = Directory.CreateDirectory(_folder.File("store/snapshots/main")).FullName;
        File.WriteAllText(Path.Combine(blobs, "0a1b"), "{}");
        File.CreateSymbolicLink(Path.Combine(snapshot, "config.json"), "../../blobs/0a1b");
        Directory.CreateSymbolicLink(_folder.File("model"), "store/snapshots/main");

        Assert.Equal("{}"u8, RegularFile.ReadUtf8(_folder.File("model/config.json")));
    }

    [Fact]
    public void ReadUtf8_SparseFileOverTheLimit_IsRefusedBeforeItIsRead()
    {
        using (var stream = File.Create(_folder.File("tokenizer.json")))
        {
            stream.SetLength(200_000_000);
        }

        string message = Fault(() => RegularFile.ReadUtf8(_folder.File("tokenizer.json")).ToArray());

        Assert.Contains("has 200000000 bytes, which is not plausible", message, StringComparison.Ordinal);
    }

    private static string Fault(Func<object> act) => Assert.Throws<InvalidDataException>(act).Message;

    private static void MakePipe(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
