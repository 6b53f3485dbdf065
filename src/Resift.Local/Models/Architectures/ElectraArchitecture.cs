using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>ELECTRA (Clark et al. 2020): BERT with embeddings of another width and a head of its own.</summary>
internal sealed class ElectraArchitecture : BertArchitecture
{
    public override IReadOnlyList<string> ModelTypes => ["electra"];

    public override string Prefix => "electra.";

    public override EncoderConfig Read(ConfigObject json) => base.Read(json) with { EmbeddingSize = json.Positive("embedding_size") };

    public override EmbeddingsLayout Embeddings(EncoderConfig config)
    {
        (string, int) width = ("embedding_size", config.EmbeddingSize);
        return Tables(config, width) with
        {
            Projection = config.EmbeddingSize == config.HiddenSize ? null : new("embeddings_project", config.HiddenAxis, width),
        };
    }

    public override HeadLayout Head(EncoderConfig config, int labels) => ProjectedHead(config, labels, HiddenActivation.Gelu);
}
