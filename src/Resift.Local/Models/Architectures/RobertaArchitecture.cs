using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>
/// RoBERTa (Liu et al. 2019), XLM-RoBERTa (Conneau et al. 2019) and CamemBERT (Martin et al. 2019): BERT with positions that begin behind
/// the id of padding, one token type in use, and a head of its own.
/// </summary>
internal sealed class RobertaArchitecture : BertArchitecture
{
    private const string Padding = "pad_token_id";

    public override IReadOnlyList<string> ModelTypes => ["roberta", "xlm-roberta", "camembert"];

    public override string Prefix => "roberta.";

    public override bool TellsSegmentsApart => false;

    public override EncoderConfig Read(ConfigObject json) =>
        WithPositionsBehind(json.NotNegativeOrNull(Padding) ?? 1, Padding, base.Read(json));

    public override HeadLayout Head(EncoderConfig config, int labels) => ProjectedHead(config, labels, HiddenActivation.Tanh);
}
