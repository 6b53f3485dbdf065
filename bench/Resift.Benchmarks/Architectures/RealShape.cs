namespace Resift.Benchmarks;

/// <summary>The shape of a published model, from its <c>config.json</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Floor">
/// The share of the multiply-add peak that is expected in single precision; null where something else is the bound.
/// </param>
/// <param name="Config">What its configuration says, as far as it decides the arithmetic.</param>
internal sealed record RealShape(string Name, double? Floor, string Config)
{
    private const double Expected = 0.75;

    /// <summary>Gets the models that rerankers are made of today, one of each family.</summary>
    public static IReadOnlyList<RealShape> All { get; } =
    [
        new("MiniLM-L12 (BERT)", Expected, """
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"vocab_size":30522,"hidden_size":384,
            "num_hidden_layers":12,"num_attention_heads":12,"intermediate_size":1536,"max_position_embeddings":512,"type_vocab_size":2,
            "num_labels":1}
            """),
        new("bge-reranker-base (XLM-RoBERTa)", Expected, """
            {"model_type":"xlm-roberta","architectures":["XLMRobertaForSequenceClassification"],"vocab_size":250002,"hidden_size":768,
            "num_hidden_layers":12,"num_attention_heads":12,"intermediate_size":3072,"max_position_embeddings":514,"type_vocab_size":1,
            "pad_token_id":1,"num_labels":1}
            """),
        new("ModernBERT-base", Expected, """
            {"model_type":"modernbert","architectures":["ModernBertForSequenceClassification"],"vocab_size":50368,"hidden_size":768,
            "num_hidden_layers":22,"num_attention_heads":12,"intermediate_size":1152,"max_position_embeddings":8192,"pad_token_id":50283,
            "global_rope_theta":160000.0,"local_rope_theta":10000.0,"local_attention":128,"global_attn_every_n_layers":3,
            "classifier_pooling":"mean","num_labels":1}
            """),
        new("DeBERTa-v3-small", null, """
            {"model_type":"deberta-v2","architectures":["DebertaV2ForSequenceClassification"],"vocab_size":128100,"hidden_size":768,
            "num_hidden_layers":6,"num_attention_heads":12,"intermediate_size":3072,"max_position_embeddings":512,"type_vocab_size":0,
            "relative_attention":true,"position_buckets":256,"norm_rel_ebd":"layer_norm","share_att_key":true,
            "pos_att_type":["p2c","c2p"],"position_biased_input":false,"max_relative_positions":-1,"pooler_hidden_size":768,
            "pooler_hidden_act":"gelu","num_labels":1}
            """),
        new("Qwen3-0.6B", null, """
            {"model_type":"qwen3","architectures":["Qwen3ForSequenceClassification"],"vocab_size":151669,"hidden_size":1024,
            "num_hidden_layers":28,"num_attention_heads":16,"num_key_value_heads":8,"head_dim":128,"intermediate_size":3072,
            "max_position_embeddings":40960,"rms_norm_eps":1e-6,"rope_theta":1000000.0,"hidden_act":"silu","attention_bias":false,
            "tie_word_embeddings":true,"num_labels":1,"pad_token_id":151643}
            """),
    ];

    /// <summary>Gets a model for whose size it matters what weights are kept as.</summary>
    public static IReadOnlyList<RealShape> Large { get; } =
    [
        new("bge-reranker-v2-m3 (XLM-RoBERTa)", Expected, """
            {"model_type":"xlm-roberta","architectures":["XLMRobertaForSequenceClassification"],"vocab_size":250002,"hidden_size":1024,
            "num_hidden_layers":24,"num_attention_heads":16,"intermediate_size":4096,"max_position_embeddings":8194,"type_vocab_size":1,
            "pad_token_id":1,"num_labels":1}
            """),
    ];
}
