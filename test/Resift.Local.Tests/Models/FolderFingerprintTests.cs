using Microsoft.Extensions.AI;

namespace Resift.Local.Tests.Models;

public sealed class FolderFingerprintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadFingerprint_SameFilesElsewhere_IsTheSame()
    {
        using var copy = new TemporaryFolder();
        new TinyModel().Write(_folder.Path);
        new TinyModel().Write(copy.Path);
        File.WriteAllText(copy.File("README.md"), "A card changes no score.");

        Assert.Matches("^[0-9a-f]{32}$", Read().Value);
        Assert.Equal(Read(), LocalModelInfo.ReadFingerprint(copy.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void ReadFingerprint_ChangedFile_IsAnother(int labels)
    {
        FullFolder.Write(_folder.Path, labels);
        string[] files = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
        var seen = new HashSet<ModelFingerprint> { Read() };

        Assert.All(files.Where(file => Path.GetFileName(file) is not ("README.md" or "model.safetensors")), file =>
        {
            File.AppendAllText(file, "\n");
            Assert.True(seen.Add(Read()), file);
        });
        Assert.Equal(9, seen.Count - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ReadFingerprint_OtherWeights_IsAnother(int shards)
    {
        using var other = new TemporaryFolder();
        new TinyModel { Shards = shards }.Write(_folder.Path);
        new TinyModel { Shards = shards, Seed = 2 }.Write(other.Path);

        Assert.NotEqual(Read(), LocalModelInfo.ReadFingerprint(other.Path));
    }

    [Fact]
    public void ReadFingerprint_OtherPooling_IsAnother()
    {
        using var other = new TemporaryFolder();
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        new TinyModel { Labels = 0, Pooling = "cls" }.Write(other.Path);

        Assert.NotEqual(Read(), LocalModelInfo.ReadFingerprint(other.Path));
    }

    [Fact]
    public void GetService_LoadedReranker_HasThatOfItsFolderAndLimit()
    {
        new TinyModel().Write(_folder.Path);
        using var plain = LocalReranker.Load(_folder.Path, new() { Threads = 1 });
        using var stated = LocalReranker.Load(_folder.Path, new() { MaxTokens = 32 });
        using var shorter = LocalReranker.Load(_folder.Path, new() { MaxTokens = 16 });

        Assert.Equal(Read(), plain.GetService<ModelFingerprint>());
        Assert.Equal(Read(), stated.GetService<ModelFingerprint>());
        Assert.NotEqual(Read(), shorter.GetService<ModelFingerprint>());
    }

    [Fact]
    public void GetService_LoadedEmbedder_HasThatOfItsFolder()
    {
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        using var embedder = LocalEmbeddingGenerator.Load(_folder.Path);

        Assert.Equal(Read(), embedder.GetService<ModelFingerprint>());
    }

    private ModelFingerprint Read() => LocalModelInfo.ReadFingerprint(_folder.Path);
}
